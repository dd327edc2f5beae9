/**
 * The type of a problem document (RFC 9457 §3.1.1), the same whether a function or the gateway answers: an identifier to
 * compare, not an address to open.
 * @param kind kebab-case: `unknown-sku`
 */
export const problemType = (kind: string): string => `urn:problem-type:order-saga:${kind}`;
