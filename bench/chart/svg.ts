/** Attributes of an element; numbers are rounded to a tenth, which is finer than any screen. */
export type Attributes = Readonly<Record<string, string | number>>;

/** An element as text. Children are elements as text already: use {@link label} for words. */
export function element(name: string, attributes: Attributes = {}, ...children: readonly string[]): string {
  const pairs = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(asText(value))}"`);
  const start = `<${name}${pairs.join('')}`;
  return children.length === 0 ? `${start}/>` : `${start}>${children.join('')}</${name}>`;
}

/** Words at a place. */
export function label(x: number, y: number, words: string, attributes: Attributes = {}): string {
  return element('text', { x, y, ...attributes }, escaped(words));
}

/** Elements that are moved together. */
export function group(x: number, y: number, ...children: readonly string[]): string {
  return element('g', { transform: `translate(${asText(x)} ${asText(y)})` }, ...children);
}

function asText(value: string | number): string {
  return typeof value === 'number' ? String(Math.round(value * 10) / 10) : value;
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
