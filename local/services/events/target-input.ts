import { readPath } from './json-path.ts';
import type { Rule, Target } from './rule.ts';

/** An event on its way: its JSON text as it was accepted, and the same parsed. */
export interface TravellingEvent {
  readonly text: string;
  readonly parsed: Readonly<Record<string, unknown>>;
  /** Epoch ms at which the bus took it. */
  readonly acceptedMs: number;
}

/**
 * What a target is given for an event: the event, a constant, a part of the event, or a text made from parts.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
export function inputOf(rule: Rule, target: Target, event: TravellingEvent): string {
  if (target.Input !== undefined) return target.Input;
  if (target.InputPath !== undefined) return JSON.stringify(readPath(event.parsed, target.InputPath) ?? null);
  if (!target.InputTransformer) return event.text;
  const { InputPathsMap = {}, InputTemplate } = target.InputTransformer;
  return fill(InputTemplate, (name) => {
    const path = Object.hasOwn(InputPathsMap, name) ? InputPathsMap[name] : undefined;
    if (path !== undefined) return readPath(event.parsed, path);
    switch (name) {
      case 'aws.events.rule-arn':
        return rule.arn;
      case 'aws.events.rule-name':
        return rule.name;
      case 'aws.events.event.ingestion-time':
        return new Date(event.acceptedMs).toISOString();
      case 'aws.events.event.json':
        return event.parsed;
      case 'aws.events.event': {
        const { detail: _, ...withoutDetail } = event.parsed;
        return withoutDetail;
      }
      default:
        return undefined;
    }
  });
}

/**
 * Puts values in the place of `<name>`: inside quotes as text, elsewhere as JSON. A path that is not in the event gives nothing
 * inside quotes and an empty text outside, so that a JSON template stays JSON.
 */
function fill(template: string, valueOf: (name: string) => unknown): string {
  let filled = '';
  let quoted = false;
  for (let index = 0; index < template.length; index += 1) {
    const character = template.charAt(index);
    const placeholder = character === '<' ? /^<([\w.-]+)>/.exec(template.slice(index)) : null;
    if (placeholder) {
      filled += quoted ? asText(valueOf(placeholder[1] ?? '')) : JSON.stringify(valueOf(placeholder[1] ?? '') ?? '');
      index += placeholder[0].length - 1;
      continue;
    }
    if (character === '\\' && quoted) {
      filled += template.slice(index, index + 2);
      index += 1;
      continue;
    }
    if (character === '"') quoted = !quoted;
    filled += character;
  }
  return filled;
}

function asText(value: unknown): string {
  if (value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return JSON.stringify(text).slice(1, -1);
}
