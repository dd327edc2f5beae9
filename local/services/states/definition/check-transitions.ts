import type { Diagnostics } from './diagnostics.ts';
import { isObject } from './field-checks.ts';

/**
 * Every transition leads to a state of the same workflow, every state can be reached, and some state ends it. AWS calls every
 * missing target that of a 'Next', and does not look for unreachable states where nothing ends.
 */
export function checkTransitions(workflow: Record<string, unknown>, location: string, diagnostics: Diagnostics): void {
  const { StartAt } = workflow;
  const states = workflow['States'] as Record<string, unknown>;
  const reached = new Set<string>();
  const follow = (target: unknown, at: string): void => {
    if (typeof target !== 'string') return;
    if (Object.hasOwn(states, target)) reached.add(target);
    else diagnostics.add('MISSING_TRANSITION_TARGET', at, `Missing 'Next' target: ${target}`);
  };
  follow(StartAt, `${location}/StartAt`);
  let ends = false;
  for (const [name, state] of Object.entries(states)) {
    if (!isObject(state)) continue;
    const at = `${location}/States/${name}`;
    follow(state['Next'], `${at}/Next`);
    follow(state['Default'], `${at}/Default`);
    for (const field of ['Choices', 'Catch'] as const) {
      const list = Array.isArray(state[field]) ? state[field] : [];
      list.forEach((rule: unknown, index) => isObject(rule) && follow(rule['Next'], `${at}/${field}[${index}]/Next`));
    }
    ends ||= state['End'] === true || state['Type'] === 'Succeed' || state['Type'] === 'Fail';
  }
  if (!ends) return diagnostics.add('MISSING_END_STATE', undefined, 'Workflow has no terminal state');
  for (const name of Object.keys(states)) {
    if (reached.has(name)) continue;
    diagnostics.add('MISSING_TRANSITION_TARGET', `${location}/States/${name}`, `State "${name}" is not reachable.`);
  }
}
