/**
 * Loaded before a program (`--import file:…/recorded-time.ts?at=MS`), it sets the program's clock to a moment of the recording, so that
 * windows and leases in a recorded database are as they were then.
 */
const beginsAt = Number(new URL(import.meta.url).searchParams.get('at'));
const RealDate = Date;
const offsetMs = beginsAt - RealDate.now();

globalThis.Date = class extends RealDate {
  constructor(...given: [] | [number | string | Date]) {
    super(given.length === 0 ? RealDate.now() + offsetMs : given[0]);
  }
  static override now(): number {
    return RealDate.now() + offsetMs;
  }
} as DateConstructor;
// A clock that builds on the monotonic one starts here.
Object.defineProperty(performance, 'timeOrigin', { value: performance.timeOrigin + offsetMs });
