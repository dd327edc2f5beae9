/** Colours of systems, on white and on black; a tuned peer is a paler one of its kind. */
const SYSTEM_COLOURS: Readonly<Record<string, readonly [light: string, dark: string]>> = {
  'order-saga': ['#1d5fd6', '#6ea8ff'],
  dbos: ['#c2570c', '#fb923c'],
  'dbos-tuned': ['#e8a566', '#a85f2c'],
  restate: ['#0f766e', '#2dd4bf'],
  'restate-tuned': ['#6fb9b1', '#1f8077'],
};

/** What everything else is drawn in. */
const COMMON: readonly (readonly [selector: string, light: string, dark: string])[] = [
  ['.paper', 'fill:#ffffff', 'fill:#0d1117'],
  ['text', 'fill:#1f2328', 'fill:#e6edf3'],
  ['.quiet', 'fill:#59636e', 'fill:#9198a1'],
  // A rim in the colour of the paper, so that no line runs through a figure.
  ['.figure', 'stroke:#ffffff', 'stroke:#0d1117'],
  ['.grid', 'stroke:#d1d9e0', 'stroke:#30363d'],
  ['.limit', 'stroke:#cf222e', 'stroke:#ff7b72'],
  ['.limit-label', 'fill:#cf222e', 'fill:#ff7b72'],
  ['.hollow', 'fill:#ffffff', 'fill:#0d1117'],
];

/** Class of what belongs to a system: fill and stroke in its colour. */
export function systemClass(name: string): string {
  return `system-${name}`;
}

/** A style sheet for light and for dark pages: a chart in a README follows the reader's choice. */
export function styleSheet(): string {
  const systems = Object.entries(SYSTEM_COLOURS).map(([name, [light, dark]]) => {
    const rule = (colour: string): string => `fill:${colour};stroke:${colour}`;
    return [`.${systemClass(name)}`, rule(light), rule(dark)] as const;
  });
  // Systems first: a hollow dot has the stroke of its system, and the fill of the paper.
  const rules = [...systems, ...COMMON];
  const light = rules.map(([selector, rule]) => `${selector}{${rule}}`).join('');
  const dark = rules.map(([selector, , rule]) => `${selector}{${rule}}`).join('');
  return `text{font-family:system-ui,'Segoe UI','DejaVu Sans',sans-serif;font-size:12px}.title{font-size:14px;font-weight:600}.heading{font-size:18px;font-weight:600}.small{font-size:11px}.figure{stroke-width:3;paint-order:stroke}.grid{stroke-width:1}.limit{stroke-width:1.5;stroke-dasharray:4 3}${light}@media (prefers-color-scheme:dark){${dark}}`;
}
