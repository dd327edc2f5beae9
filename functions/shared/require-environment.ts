import type { EnvironmentVariable } from '../../core/environment.ts';

/**
 * The value of a variable that the stack sets. Read at each use and not at import, so that a test can set it and an
 * error names the function that lacks it.
 */
export function requireEnvironment(name: EnvironmentVariable): string {
  const value = process.env[name];
  if (value === undefined || value === '') {
    throw new Error(`The environment variable ${name} is not set; the stack sets it on the function.`);
  }
  return value;
}
