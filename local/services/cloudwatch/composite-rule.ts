import { AwsError } from '../../aws-error.ts';
import type { AlarmState } from './alarm-evaluation.ts';

/** How the alarm of a name or ARN stands. */
export type StateOf = (alarm: string) => AlarmState;

export interface CompositeRule {
  /** Names or ARNs of the alarms that it asks, each once. */
  readonly alarms: readonly string[];
  readonly holds: (stateOf: StateOf) => boolean;
}

type Node = (stateOf: StateOf) => boolean;

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html */
const LONGEST_RULE = 10_240;
const MOST_ALARMS = 100;

const TOKEN = /\s*(?:"(?<quoted>[^"]*)"|(?<symbol>[(),])|(?<word>[^\s(),"]+))/y;
const STATES: readonly string[] = ['ALARM', 'OK', 'INSUFFICIENT_DATA'];

/** Reads an AlarmRule. Throws ValidationError with what is wrong and where. */
export function compileRule(text: string): CompositeRule {
  if (text.length > LONGEST_RULE) throw invalid(`AlarmRule must not exceed ${LONGEST_RULE} characters.`);
  const reader = new RuleReader(text);
  const holds = reader.read();
  if (reader.alarms.size > MOST_ALARMS) throw invalid(`AlarmRule must not ask more than ${MOST_ALARMS} alarms.`);
  return { alarms: [...reader.alarms], holds };
}

/** `OR` binds loosest, then `AND`, then `NOT`. */
class RuleReader {
  readonly alarms = new Set<string>();
  private readonly tokens: readonly { readonly text: string; readonly quoted: boolean }[];
  private at = 0;

  constructor(text: string) {
    const tokens: { text: string; quoted: boolean }[] = [];
    const end = text.trimEnd().length;
    TOKEN.lastIndex = 0;
    while (TOKEN.lastIndex < end) {
      const from = TOKEN.lastIndex;
      const { quoted, symbol, word } = TOKEN.exec(text)?.groups ?? {};
      const found = quoted ?? symbol ?? word;
      if (found === undefined) throw invalid(`AlarmRule cannot be read from character ${from + 1} on.`);
      tokens.push({ text: found, quoted: quoted !== undefined });
    }
    this.tokens = tokens;
  }

  read(): Node {
    const node = this.either();
    if (this.at < this.tokens.length) throw this.unexpected();
    return node;
  }

  private either(): Node {
    const nodes = [this.both()];
    while (this.take('OR')) nodes.push(this.both());
    return (stateOf) => nodes.some((node) => node(stateOf));
  }

  private both(): Node {
    const nodes = [this.negated()];
    while (this.take('AND')) nodes.push(this.negated());
    return (stateOf) => nodes.every((node) => node(stateOf));
  }

  private negated(): Node {
    if (!this.take('NOT')) return this.operand();
    const node = this.negated();
    return (stateOf) => !node(stateOf);
  }

  private operand(): Node {
    if (this.take('(')) {
      const node = this.either();
      this.expect(')');
      return node;
    }
    if (this.take('TRUE')) return () => true;
    if (this.take('FALSE')) return () => false;
    if (this.take('AT_LEAST')) return this.atLeast();
    const state = STATES.find((one) => this.take(one));
    if (state === undefined) throw this.unexpected();
    this.expect('(');
    const alarm = this.alarm();
    this.expect(')');
    return (stateOf) => stateOf(alarm) === state;
  }

  /** `AT_LEAST(2, ALARM, (a, b, c))`, `AT_LEAST(50%, NOT OK, (a, b))`. */
  private atLeast(): Node {
    this.expect('(');
    const [, number = '', percent] = /^(\d+)(%?)$/.exec(this.next()) ?? [];
    if (number === '' || Number(number) < 1)
      throw invalid('AT_LEAST takes a number of alarms from 1, or a percentage.');
    this.expect(',');
    const negated = this.take('NOT');
    const state = STATES.find((one) => this.take(one));
    if (state === undefined) throw this.unexpected();
    this.expect(',');
    this.expect('(');
    const alarms = [this.alarm()];
    while (this.take(',')) alarms.push(this.alarm());
    this.expect(')');
    this.expect(')');
    const needed = percent === '%' ? Math.ceil((Number(number) * alarms.length) / 100) : Number(number);
    if (needed > alarms.length) throw invalid(`AT_LEAST cannot hold: it takes ${needed} of ${alarms.length} alarms.`);
    return (stateOf) => alarms.filter((alarm) => (stateOf(alarm) === state) !== negated).length >= needed;
  }

  private alarm(): string {
    const alarm = this.next();
    if (alarm === '' || '(),'.includes(alarm)) throw invalid('AlarmRule lacks the name of an alarm.');
    this.alarms.add(alarm);
    return alarm;
  }

  private next(): string {
    const token = this.tokens[this.at];
    this.at += 1;
    return token?.text ?? '';
  }

  private take(text: string): boolean {
    const token = this.tokens[this.at];
    if (token?.text !== text || token.quoted) return false;
    this.at += 1;
    return true;
  }

  private expect(text: string): void {
    if (!this.take(text)) throw this.unexpected();
  }

  private unexpected(): AwsError {
    const token = this.tokens[this.at];
    return invalid(token ? `AlarmRule does not expect ${token.text} there.` : 'AlarmRule ends too early.');
  }
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationError', message);
}
