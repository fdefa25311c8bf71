import type { Change } from '../protocol/feed.ts';
import { accountTo1, accountTo2 } from './account.ts';
import { agencyTo1, agencyTo2, personTo2 } from './agency.ts';
import { conversationTo1, conversationTo2 } from './conversation.ts';
import { messageTo1, messageTo2 } from './message.ts';

/**
 * What a desk of an older version gets instead of a document: only what its schemas know. Each step lowers by one version and is beside the
 * schema that it lowers; a new version adds one step in front.
 *
 *   3 ──(words that came later)──▶ 2 ──(fields that came later)──▶ 1
 */
function inSteps<Third, Second, First>(to2: (document: Third) => Second, to1: (document: Second) => First) {
  return (version: number, document: Third): Third | Second | First => {
    if (version >= 3) return document;
    const second = to2(document);
    return version === 2 ? second : to1(second);
  };
}

const same = <Document>(document: Document): Document => document;

export const lowerAccount = inSteps(accountTo2, accountTo1);
export const lowerAgency = inSteps(agencyTo2, agencyTo1);
export const lowerConversation = inSteps(conversationTo2, conversationTo1);
export const lowerMessage = inSteps(messageTo2, messageTo1);
export const lowerPerson = inSteps(personTo2, same);

/** A change of the feed as a desk of version `version` reads it. Version 1 does not know into which conversation one was merged. */
export function lowerTo(version: number, change: Change): object {
  if (version >= 3) return change;
  const { seq, entity, id } = change;
  const mergedInto = version >= 2 && change.entity === 'conversation' ? change.mergedInto : undefined;
  return {
    seq,
    entity,
    id,
    document: lowerDocument(version, change),
    ...(mergedInto === undefined ? {} : { mergedInto }),
  };
}

function lowerDocument(version: number, { entity, document }: Change): object | null {
  if (document === null) return null;
  switch (entity) {
    case 'account':
      return lowerAccount(version, document);
    case 'agency':
      return lowerAgency(version, document);
    case 'conversation':
      return lowerConversation(version, document);
    case 'message':
      return lowerMessage(version, document);
  }
}
