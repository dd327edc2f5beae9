/** The parts of an Amazon States Language definition that a drawing shows. */
export interface DrawnDefinition {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, DrawnState>>;
}

interface DrawnState {
  readonly Type: string;
  readonly Resource?: string;
  readonly Next?: string;
  readonly End?: boolean;
  readonly Default?: string;
  readonly Catch?: readonly {
    readonly ErrorEquals: readonly string[];
    readonly Next: string;
    readonly Assign?: { readonly closing?: { readonly status?: string } };
  }[];
  readonly Choices?: readonly { readonly Condition: string; readonly Next: string }[];
}

/**
 * The state machine as a Mermaid flowchart, which GitHub draws. Thick arrows are the ordinary way; the others are taken for
 * the errors that they name, `else` for all that are not named, and carry the status in which the order will end. Takes
 * time in proportion to the definition.
 */
export function sagaDiagram({ StartAt, States }: DrawnDefinition): string {
  const names = Object.keys(States);
  return [
    'flowchart TD',
    `  start([an order]) ==> ${StartAt}`,
    ...names.map((name) => `  ${node(name, States[name] as DrawnState)}`),
    ...names.flatMap((name) => arrows(name, States[name] as DrawnState).map((arrow) => `  ${arrow}`)),
    '',
  ].join('\n');
}

function node(name: string, { Type, Resource }: DrawnState): string {
  if (Type === 'Choice') return `${name}{${name}}`;
  return Resource?.endsWith('.waitForTaskToken') ? `${name}[/${name}/]` : `${name}[${name}]`;
}

/** One arrow for each pair of states; what leads along it is listed on it. */
function arrows(name: string, state: DrawnState): string[] {
  const labels = new Map<string, string[]>();
  for (const { next, label } of exceptions(state)) labels.set(next, [...(labels.get(next) ?? []), label]);
  return [
    ...(state.Next === undefined ? [] : [`${name} ==> ${state.Next}`]),
    ...(state.End ? [`${name} ==> ${name}End([${endOf(name)}])`] : []),
    ...[...labels].map(([next, all]) => `${name} -- "${all.join('<br>')}" --> ${next}`),
  ];
}

function exceptions({ Catch = [], Choices = [], Default }: DrawnState): { next: string; label: string }[] {
  return [
    ...Catch.map(({ ErrorEquals, Next, Assign }) => {
      const errors = ErrorEquals.map((error) => (error === 'States.ALL' ? 'else' : error)).join(', ');
      const status = Assign?.closing?.status;
      return { next: Next, label: `${errors}${status === undefined ? '' : ` (${status})`}` };
    }),
    ...Choices.map(({ Condition, Next }) => ({ next: Next, label: wordsOf(Condition) })),
    ...(Default === undefined ? [] : [{ next: Default, label: 'else (CANCELLED)' }]),
  ];
}

/** What a condition compares with, in its order: `SHIPPED_MANUALLY or RETRY ShipOrder`. */
function wordsOf(condition: string): string {
  return [...condition.matchAll(/'([^']+)'|\b(or)\b/g)].map(([, word, or]) => word ?? or).join(' ');
}

/** A state that ends is named for what it does: CompleteOrder completes; CloseOrder writes whichever end the way here named. */
function endOf(name: string): string {
  return name === 'CompleteOrder' ? 'COMPLETED' : 'REJECTED, PAYMENT_FAILED or CANCELLED';
}
