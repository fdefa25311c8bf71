import { median, quantile } from '../figures.ts';
import { openFloorSearch } from '../floors/search.ts';
import { filesOf, largeCache, openStore } from '../large-cache.ts';
import { chanceOf } from '../random.ts';
import type { Finding, Suite } from '../suite.ts';
import { typedQueries } from '../texts.ts';

const hits = 50;

export const search: Suite = {
  name: 'search',
  question:
    'Search over a million cached messages as somebody types, in ms until the newest 50 are there with their excerpts, against SQLite\u2019s full-text search over the same texts.',
  async run({ quick, say }) {
    const folder = largeCache(
      quick ? { conversations: 4_000, messagesEach: 50 } : { conversations: 20_000, messagesEach: 50 },
      say,
    );
    const floor = openFloorSearch(filesOf(folder));
    const store = openStore(folder);
    try {
      const { words, spaceless } = typedQueries(chanceOf(23), quick ? 200 : 600);
      const kinds = [
        {
          what: 'beginnings of 1 and 2 letters',
          queries: words.filter((text) => text.length <= 2),
          plainly: floor.words,
        },
        {
          what: 'beginnings of 3 to 8 letters',
          queries: words.filter((text) => text.length > 2 && !text.includes(' ')),
          plainly: floor.words,
        },
        { what: 'two words', queries: words.filter((text) => text.includes(' ')), plainly: floor.words },
        { what: 'parts of Japanese and Thai texts', queries: spaceless, plainly: floor.parts },
      ];
      return kinds.flatMap(({ what, queries, plainly }) => {
        const found = { ours: 0, floor: 0 };
        const rounds = Array.from({ length: quick ? 2 : 5 }, () => {
          const ours: number[] = [];
          const plain: number[] = [];
          for (const query of queries) {
            ours.push(timed(() => void (found.ours += store.search.find(query, hits).length)));
            plain.push(timed(() => void (found.floor += plainly(query))));
          }
          return { ours: quantile(ours, 0.95), floor: quantile(plain, 0.95) };
        });
        return findingsOf(
          `${what}, p95, ms`,
          rounds,
          `${queries.length} queries; hits: ${found.ours}, of the floor: ${found.floor}`,
        );
      });
    } finally {
      floor.close();
      store.close();
    }
  },
};

function timed(work: () => void): number {
  const from = performance.now();
  work();
  return performance.now() - from;
}

function findingsOf(
  what: string,
  rounds: readonly { readonly ours: number; readonly floor: number }[],
  note: string,
): Finding[] {
  const ours = median(rounds.map((round) => round.ours));
  const finding = {
    what,
    ours,
    floor: median(rounds.map((round) => round.floor)),
    ratios: rounds.map((round) => round.ours / round.floor),
  };
  return [
    { ...finding, goal: { id: 'G16', of: 'ratio', bound: 'at most', value: 3 }, note },
    { ...finding, ratios: [], goal: { id: 'G16', of: 'figure', bound: 'at most', value: 10 } },
  ];
}
