import { expect, it } from 'vitest';
import { failureOf } from './failure.ts';

const row = { failure_code: 'odd', failure_reason: 'odd.new', failure_detail: null, failure_by_name: null };

it('a failure with parameters of a shape that only a newer relay knows keeps its code', () => {
  expect(failureOf({ ...row, failure_params: '{"minutes":5}' })).toEqual({
    ...{ code: 'odd', reason: 'odd.new', params: { minutes: 5 } },
  });
  for (const failure_params of ['{"files":["a.jpg"]}', '[1]', 'null'])
    expect(failureOf({ ...row, failure_params })).toEqual({ code: 'odd', reason: 'odd.new' });
});
