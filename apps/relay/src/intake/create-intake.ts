import { GroupCommit } from './group-commit.ts';
import { Normalizer, type NormalizerDeps } from './normalizer.ts';

/** The two halves of intake, which ask each other whether there is a crowd and whether there is a backlog. */
export function createIntake(deps: Omit<NormalizerDeps, 'sinceCrowdMs'>): {
  readonly commits: GroupCommit;
  readonly normalizer: Normalizer;
} {
  const normalizer = new Normalizer({ ...deps, sinceCrowdMs: () => commits.sinceCrowdMs });
  const commits: GroupCommit = new GroupCommit(deps, normalizer);
  return { commits, normalizer };
}
