import { expect, test } from 'vitest';
import { topicsOf } from './topics.ts';

test.each([
  ['How much is the 4-person barrel?', ['pricing', 'product_fit']],
  ['Do you have the cedar one in stock?', ['availability', 'product_fit']],
  ['how soon could you install it', ['install_timing']],
  ['Do you deliver to Aspen?', ['install_timing', 'service_area']],
  ['Could I book a showroom visit on Friday', ['consult_booking']],
  ['\u00bfCu\u00e1nto cuesta?', ['pricing']],
  ['Was kostet das und ist es verf\u00fcgbar?', ['pricing', 'availability']],
  ['\u0643\u0645 \u0627\u0644\u0633\u0639\u0631\u061f', ['pricing']],
  ['Thank you so much!', []],
  ['the priceless view', ['pricing']],
  ['apprice', []],
  ['', []],
])('%s', (text, topics) => {
  expect(topicsOf(text)).toEqual(topics);
});
