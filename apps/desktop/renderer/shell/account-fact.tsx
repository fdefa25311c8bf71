import { type Account, policyOf } from '@transom/shared';
import { useState } from 'react';
import { useDesk, useSession } from '../desk-context.tsx';
import { ChannelBadge } from '../parts/channel-badge.tsx';
import { sentence } from '../text/sentence.ts';
import { text, type Words } from '../text/spoken.ts';
import css from './lamp.module.css';

/** One account: its state, and for how long people may answer there. Owners record here what Meta has granted. */
export function AccountFact({ account }: { readonly account: Account }) {
  const isOwner = useSession((state) => state.session?.person?.role === 'owner');
  const isWell = account.state === 'connected' && account.trouble === null;
  return (
    <li className={css.account} data-testid={`account-${account.id}`}>
      <ChannelBadge channel={account.channel} />
      <bdi>{account.name}</bdi>
      <span className={isWell ? css.good : css.bad}>
        {account.trouble === null ? text.lamp.account[account.state] : sentence(account.trouble)}
      </span>
      {!needsGrant(account) ? null : isOwner ? (
        <HumanAgent account={account} />
      ) : (
        <span className={css.grant}>{text.lamp.humanAgent.state[account.humanAgentApproved ? 'granted' : 'none']}</span>
      )}
    </li>
  );
}

/** Whether the channel has a longer window that needs an approval. */
const needsGrant = (account: Account) => policyOf(account).windows.human_agent?.needsApproval ?? false;

/** The box shows what the relay knows: it changes when the relay has accepted the change, not when it is pressed. */
function HumanAgent({ account }: { readonly account: Account }) {
  const { session } = useDesk();
  const [isAsking, setIsAsking] = useState(false);
  const [refusal, setRefusal] = useState<Words | null>(null);
  const change = async (approved: boolean) => {
    setIsAsking(true);
    const refused = await session.getState().setHumanAgent(account.id, approved);
    setRefusal(() => refused);
    setIsAsking(false);
  };
  return (
    <div className={css.grant}>
      <label className={css.grantLabel}>
        <input
          type="checkbox"
          checked={account.humanAgentApproved}
          aria-disabled={isAsking}
          aria-describedby="human-agent"
          onChange={(event) => (isAsking ? undefined : void change(event.target.checked))}
        />
        {text.lamp.humanAgent.label}
      </label>
      <p role="alert" className={css.bad}>
        {refusal?.()}
      </p>
    </div>
  );
}
