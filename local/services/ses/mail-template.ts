import Handlebars from 'handlebars';
import { AwsError } from '../../aws-error.ts';

/** A template as SES's API has it. */
export interface TemplateDefinition {
  readonly TemplateName: string;
  readonly SubjectPart?: string;
  readonly TextPart?: string;
  readonly HtmlPart?: string;
}

export interface RenderedMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** The data lacks what the template names. SES finds out after it has accepted the mail. */
export class RenderingError extends Error {
  override readonly name = 'RenderingError';
}

/** A template, compiled once. */
export class MailTemplate {
  readonly definition: TemplateDefinition;
  private readonly parts: Readonly<Record<keyof RenderedMail, Handlebars.TemplateDelegate>>;

  /** Throws InvalidTemplate for what is no Handlebars. */
  constructor(definition: TemplateDefinition) {
    this.definition = definition;
    this.parts = {
      subject: compile(definition.SubjectPart),
      text: compile(definition.TextPart),
      html: compile(definition.HtmlPart),
    };
  }

  /** Throws RenderingError when the data lacks an attribute. */
  render(data: object): RenderedMail {
    return { subject: this.part('subject', data), text: this.part('text', data), html: this.part('html', data) };
  }

  private part(name: keyof RenderedMail, data: object): string {
    try {
      return this.parts[name](data);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const [, attribute] = /^"(.*)" not defined in /.exec(message) ?? [];
      throw new RenderingError(
        attribute === undefined ? message : `Attribute '${attribute}' is not present in the rendering data.`,
        { cause: error },
      );
    }
  }
}

/** The JSON object with which a template is filled. Throws InvalidParameterValue for anything else. */
export function readTemplateData(text: string): object {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    data = undefined;
  }
  if (data === null || typeof data !== 'object' || Array.isArray(data)) {
    throw new AwsError('InvalidParameterValue', 'Unable to parse template data (invalid JSON).');
  }
  return data;
}

/**
 * Strict, since SES fails a mail whose data lacks a variable; unescaped, since SES does not escape what it fills into HTML
 * (https://docs.aws.amazon.com/ses/latest/dg/send-personalized-email-api.html).
 */
function compile(source = ''): Handlebars.TemplateDelegate {
  try {
    Handlebars.parse(source);
  } catch (error) {
    throw new AwsError('InvalidTemplate', `The template is not valid: ${(error as Error).message}`);
  }
  return Handlebars.compile(source, { strict: true, noEscape: true });
}
