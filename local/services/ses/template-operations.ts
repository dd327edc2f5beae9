import { AwsError } from '../../aws-error.ts';
import { type MailTemplate, readTemplateData, RenderingError, type TemplateDefinition } from './mail-template.ts';
import { writeMimeMessage } from './mime-message.ts';
import type { Operations } from './operation.ts';
import { pageOf, requireText } from './required.ts';
import type { SesParts } from './ses-parts.ts';

/** The operations of version 1 on templates. */
export function templateOperations({ host, templates }: SesParts): Operations {
  return {
    CreateTemplate: async ({ Template }) => templates.create(readDefinition(Template)),
    UpdateTemplate: async ({ Template }) => templates.update(readDefinition(Template)),
    DeleteTemplate: async ({ TemplateName }) => templates.remove(requireText(TemplateName, 'TemplateName')),
    GetTemplate: ({ TemplateName }) => ({
      Template: templates.get(requireText(TemplateName, 'TemplateName')).definition,
    }),
    ListTemplates: ({ MaxItems, NextToken }) => {
      const [TemplatesMetadata, next] = pageOf(templates.list(), MaxItems, NextToken, 10);
      return { TemplatesMetadata, ...next };
    },
    TestRenderTemplate: ({ TemplateName, TemplateData }) => ({
      RenderedTemplate: testRender(
        host,
        templates.get(requireText(TemplateName, 'TemplateName')),
        requireText(TemplateData, 'TemplateData'),
      ),
    }),
  };
}

/** The MIME message that a template gives with some data; what it lacks is an error here, and not later as in sending. */
export function testRender(host: SesParts['host'], template: MailTemplate, data: string): string {
  try {
    return writeMimeMessage(template.render(readTemplateData(data)), host.uuid(), host.clock.now());
  } catch (error) {
    if (error instanceof RenderingError) throw new AwsError('MissingRenderingAttribute', error.message);
    if (!(error instanceof AwsError) || error.code !== 'InvalidParameterValue') throw error;
    throw new AwsError('InvalidRenderingParameter', error.message);
  }
}

/** Throws ValidationError without a name, InvalidTemplate without a body. */
export function readDefinition(value: unknown): TemplateDefinition {
  const definition = (value ?? {}) as Partial<TemplateDefinition>;
  const TemplateName = requireText(definition.TemplateName, 'Template.TemplateName');
  if (definition.TextPart === undefined && definition.HtmlPart === undefined) {
    throw new AwsError('InvalidTemplate', 'The template must have a TextPart or an HtmlPart.');
  }
  return { ...definition, TemplateName };
}
