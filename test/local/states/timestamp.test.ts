import { parseTimestamp, parseWrittenTimestamp } from '../../../local/services/states/engine/timestamp.ts';

describe('A timestamp', () => {
  it.each([
    ['2016-03-14T01:59:00Z', Date.UTC(2016, 2, 14, 1, 59)],
    ['2016-03-14T01:59:00+01:30', Date.UTC(2016, 2, 14, 0, 29)],
    ['2016-03-05T21:29:29.243167252Z', Date.UTC(2016, 2, 5, 21, 29, 29, 243)],
  ])('%s is one, in a definition and as a value', (text, instant) => {
    expect(parseWrittenTimestamp(text)).toBe(instant);
    expect(parseTimestamp(text)).toBe(instant);
  });

  it.each(['2016-03-14T01:59Z', '2016-03-14t01:59:00z'])('%s is one as a value only', (text) => {
    expect(parseWrittenTimestamp(text)).toBeUndefined();
    expect(parseTimestamp(text)).toBe(Date.UTC(2016, 2, 14, 1, 59));
  });

  it.each([
    '2016-13-05T21:29:29Z',
    '2016-02-30T21:29:29Z',
    '2016-12-05T24:00:00Z',
    '2016-12-05T21:60:00Z',
    '2016-12-05 21:29:29Z',
    '2016-12-05T21:29:29',
    '2016-12-05',
  ])('%s is none', (text) => {
    expect(parseTimestamp(text)).toBeUndefined();
    expect(parseWrittenTimestamp(text)).toBeUndefined();
  });
});
