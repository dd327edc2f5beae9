import { table } from '../table.ts';
import { explanationOf } from './explanations.ts';
import type { Finding } from './findings.ts';

/** Every right of every role with its use; behind them why some are unused or wider than their use, by number. */
export function printReport(findings: readonly Finding[]): string {
  const reasons = [...new Set(findings.flatMap((finding) => reasonOf(finding) ?? []))];
  const roles = [...new Set(findings.map(({ role }) => role))].sort((left, right) =>
    shortName(left).localeCompare(shortName(right)),
  );
  const parts = roles.map((role) => {
    const own = findings.filter((finding) => finding.role === role).sort((left, right) => right.count - left.count);
    const rows = own.map((finding) => row(finding, reasons));
    return `${shortName(role)}\n${indent(table([['uses', 'action', 'resource', ''], ...rows]))}`;
  });
  const notes = reasons.map((reason, index) => `(${index + 1}) ${reason}`).join('\n');
  const open = unexplained(findings).map(describeFinding);
  return [...parts, ...(notes === '' ? [] : [notes]), ...open, summary(findings, roles.length)].join('\n\n');
}

/** Findings that nobody has explained. */
export function unexplained(findings: readonly Finding[]): Finding[] {
  return findings.filter((finding) => finding.verdict !== 'used' && explanationOf(finding) === undefined);
}

function reasonOf(finding: Finding): string | undefined {
  return finding.verdict === 'used' ? undefined : explanationOf(finding);
}

function row(finding: Finding, reasons: readonly string[]): string[] {
  const { action, resource, count, principal } = finding;
  const whom = principal === undefined ? '' : ` (to ${principal})`;
  const reason = reasonOf(finding);
  const note = reason === undefined ? '' : ` (${reasons.indexOf(reason) + 1})`;
  return [String(count), action, `${shortName(resource)}${whom}`, `${verdictOf(finding)}${note}`];
}

function verdictOf({ verdict }: Finding): string {
  return { used: '', unused: 'never used', wider: 'wider than its use' }[verdict];
}

/** One line: a right, and what is the matter with it. */
function describeFinding(finding: Finding): string {
  const { role, action, resource, only } = finding;
  const used = only === undefined ? '' : ` (${shortName(only)})`;
  return `NOT EXPLAINED: ${shortName(role)}: ${action} on ${shortName(resource)} is ${verdictOf(finding)}${used}`;
}

function summary(findings: readonly Finding[], holders: number): string {
  const count = (verdict: Finding['verdict']): number => findings.filter((one) => one.verdict === verdict).length;
  return (
    `${findings.length} rights of ${holders} roles and resources: ${count('used')} used, ${count('wider')} wider than their use, ` +
    `${count('unused')} never used; ${unexplained(findings).length} of these not explained.`
  );
}

/** An ARN or name without what all of them have in common: partition, region, account, stack, and what CloudFormation appends. */
export function shortName(text: string): string {
  return text
    .replace(/^arn:[^:]*:([^:]*):[^:]*:[^:]*:/, '$1 ')
    .replaceAll(/OrderSaga-[a-z]+-/g, '')
    .replaceAll(/([A-Za-z])[0-9A-F]{0,8}-[0-9A-Z]{12,13}(?=$|[/:])/g, '$1');
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '  ');
}
