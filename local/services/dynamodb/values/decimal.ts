import { validationError } from '../errors.ts';

/** Significant digits that a Number holds. */
const PRECISION = 38;
/** Magnitudes reach from 1E-130 to 9.99…E+125: the power of ten of the first digit. */
const SMALLEST_MAGNITUDE = -130;
const LARGEST_MAGNITUDE = 125;
/** Integers of up to 15 digits are exact as a JavaScript number, and so is the sum of two of them. */
const EXACT_DIGITS = 15;

const DIGIT_0 = 48;
const DIGIT_9 = 57;

const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;

/** A number as sign, significant digits (no zeros at either end) and the power of ten of the first digit; zero has no digits. */
export interface Decimal {
  readonly negative: boolean;
  readonly digits: string;
  readonly magnitude: number;
}

const ZERO: Decimal = { negative: false, digits: '', magnitude: 0 };

/** Reads a number, or throws the ValidationException that DynamoDB answers. */
export function parseDecimal(text: string): Decimal {
  const match = DECIMAL.exec(text);
  const whole = match?.[2] ?? '';
  const fraction = match?.[3] ?? '';
  if (!match || whole + fraction === '') {
    throw validationError(`The parameter cannot be converted to a numeric value${text === '' ? '' : `: ${text}`}`);
  }
  const all = whole + fraction;
  const first = all.search(/[1-9]/);
  if (first < 0) return ZERO;
  const digits = trimEndZeros(all.slice(first));
  const magnitude = whole.length - 1 - first + Number(match[4] ?? 0);
  return inRange({ negative: match[1] === '-', digits, magnitude });
}

function inRange(decimal: Decimal): Decimal {
  if (decimal.magnitude > LARGEST_MAGNITUDE) {
    throw validationError('Number overflow. Attempting to store a number with magnitude larger than supported range');
  }
  if (decimal.magnitude < SMALLEST_MAGNITUDE) {
    throw validationError('Number underflow. Attempting to store a number with magnitude smaller than supported range');
  }
  if (decimal.digits.length > PRECISION) {
    throw validationError('Attempting to store more than 38 significant digits in a Number');
  }
  return decimal;
}

/** The way DynamoDB gives a number back: no exponent, no superfluous zeros. */
export function formatDecimal({ negative, digits, magnitude }: Decimal): string {
  if (digits === '') return '0';
  const sign = negative ? '-' : '';
  if (magnitude < 0) return `${sign}0.${'0'.repeat(-magnitude - 1)}${digits}`;
  const wholeLength = magnitude + 1;
  if (digits.length <= wholeLength) return sign + digits + '0'.repeat(wholeLength - digits.length);
  return `${sign}${digits.slice(0, wholeLength)}.${digits.slice(wholeLength)}`;
}

/** The canonical text of a number; two numbers are equal when these are. */
export function normalizeNumber(text: string): string {
  return isShortInteger(text) ? text : formatDecimal(parseDecimal(text));
}

/** True for canonical integers that JavaScript calculates with exactly: nearly all numbers of nearly all items. */
function isShortInteger(text: string): boolean {
  const start = text.charCodeAt(0) === 45 ? 1 : 0;
  const length = text.length - start;
  if (length < 1 || length > EXACT_DIGITS) return false;
  const first = text.charCodeAt(start);
  if (first === 48) return length === 1 && start === 0;
  for (let index = start; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code < 48 || code > 57) return false;
  }
  return true;
}

/** Negative, zero or positive as `left` is below, equal to or above `right`. */
export function compareNumbers(left: string, right: string): number {
  if (isShortInteger(left) && isShortInteger(right)) return Number(left) - Number(right);
  return compareDecimals(parseDecimal(left), parseDecimal(right));
}

function compareDecimals(left: Decimal, right: Decimal): number {
  const signs = signOf(left) - signOf(right);
  if (signs !== 0) return signs;
  const direction = signOf(left);
  if (left.magnitude !== right.magnitude) return direction * (left.magnitude - right.magnitude);
  // Digits stand for a fraction of the same power of ten, so text order is number order.
  if (left.digits === right.digits) return 0;
  return left.digits < right.digits ? -direction : direction;
}

function signOf(decimal: Decimal): number {
  if (decimal.digits === '') return 0;
  return decimal.negative ? -1 : 1;
}

/** `left + right`, rounded half up to 38 digits; throws when the result is out of range. */
export function addNumbers(left: string, right: string): string {
  if (isShortInteger(left) && isShortInteger(right)) return String(Number(left) + Number(right));
  return add(parseDecimal(left), parseDecimal(right));
}

/** `left - right`; see {@link addNumbers}. */
export function subtractNumbers(left: string, right: string): string {
  if (isShortInteger(left) && isShortInteger(right)) return String(Number(left) - Number(right));
  const subtrahend = parseDecimal(right);
  return add(parseDecimal(left), { ...subtrahend, negative: !subtrahend.negative });
}

function add(left: Decimal, right: Decimal): string {
  const scale = Math.min(lastDigitPower(left), lastDigitPower(right));
  const sum = scaled(left, scale) + scaled(right, scale);
  if (sum === 0n) return '0';
  const negative = sum < 0n;
  const text = String(negative ? -sum : sum);
  return formatDecimal(inRange(rounded({ negative, digits: text, magnitude: text.length - 1 + scale })));
}

/** The power of ten of the last significant digit. */
function lastDigitPower({ digits, magnitude }: Decimal): number {
  return digits === '' ? 0 : magnitude - digits.length + 1;
}

function scaled(decimal: Decimal, scale: number): bigint {
  if (decimal.digits === '') return 0n;
  const value = BigInt(decimal.digits) * 10n ** BigInt(lastDigitPower(decimal) - scale);
  return decimal.negative ? -value : value;
}

function rounded(decimal: Decimal): Decimal {
  const { negative, digits, magnitude } = decimal;
  if (digits.length <= PRECISION) return { negative, digits: trimEndZeros(digits), magnitude };
  const up = digits.charCodeAt(PRECISION) >= 53;
  const kept = String(BigInt(digits.slice(0, PRECISION)) + (up ? 1n : 0n));
  return { negative, digits: trimEndZeros(kept), magnitude: magnitude + kept.length - PRECISION };
}

function trimEndZeros(digits: string): string {
  let end = digits.length;
  while (end > 0 && digits.charCodeAt(end - 1) === DIGIT_0) end -= 1;
  return digits.slice(0, end);
}

/**
 * Bytes that a number counts for in an item: one, and one for each started pair of significant digits before the point and
 * after it, and one for a minus sign. (Measured against DynamoDB; the developer guide's rule is approximate.)
 */
export function numberSize(text: string): number {
  const wholeDigits = significantDigitsOfWhole(text);
  return wholeDigits === undefined ? sizeOfDecimal(text) : 1 + Math.ceil(wholeDigits / 2);
}

/** Most numbers are whole, not negative and written plainly: `4500` has two significant digits. Undefined for all others. */
function significantDigitsOfWhole(text: string): number | undefined {
  if (text === '' || text.length > PRECISION || text.charCodeAt(0) === DIGIT_0) return undefined;
  let significant = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code < DIGIT_0 || code > DIGIT_9) return undefined;
    if (code !== DIGIT_0) significant = index + 1;
  }
  return significant;
}

function sizeOfDecimal(text: string): number {
  const { negative, digits, magnitude } = parseDecimal(text);
  if (digits === '') return 1;
  const wholeLength = magnitude + 1;
  const whole = Math.min(Math.max(wholeLength, 0), digits.length);
  const hasFraction = digits.length > wholeLength;
  const wholeDigits = hasFraction ? Math.max(wholeLength, 0) : whole;
  const fractionDigits = hasFraction ? digits.length - whole : 0;
  return 1 + Math.ceil(wholeDigits / 2) + Math.ceil(fractionDigits / 2) + (negative ? 1 : 0);
}
