import { readFile, writeFile } from 'node:fs/promises';
import type { Report } from '../report.ts';
import { chartOf } from './chart.ts';

const files = process.argv.slice(2);
if (files.length === 0) {
  console.error('Draws the chart of a report again, beside it: npm run bench:chart -- docs/bench/order-saga.json …');
  process.exitCode = 1;
}
for (const file of files) {
  const chart = file.replace(/(\.json)?$/, '.svg');
  await writeFile(chart, chartOf(JSON.parse(await readFile(file, 'utf8')) as Report));
  console.log(chart);
}
