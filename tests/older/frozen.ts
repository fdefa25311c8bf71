import * as v1 from '../../packages/shared/src/recorded/v1/schemas.ts';
import * as v2 from '../../packages/shared/src/recorded/v2/schemas.ts';

/** What desks of the recorded versions can read. */
export const frozen = {
  1: {
    ...{ hello: v1.helloV1, page: v1.pageV1, commandAnswer: v1.commandAnswerV1, historyAnswer: v1.historyAnswerV1 },
    ...{ timeAnswer: v1.timeAnswerV1, connectRefusal: v1.connectRefusalV1 },
  },
  2: {
    ...{ hello: v2.helloV2, page: v2.pageV2, commandAnswer: v2.commandAnswerV2, historyAnswer: v2.historyAnswerV2 },
    ...{ timeAnswer: v2.timeAnswerV2, connectRefusal: v2.connectRefusalV2 },
  },
} as const;
export type FrozenVersion = keyof typeof frozen;
export const frozenVersions = [1, 2] as const satisfies readonly FrozenVersion[];
