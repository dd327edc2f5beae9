import type { Operations } from '../operation.ts';
import { pageOf, requireText } from '../required.ts';
import type { SesParts } from '../ses-parts.ts';
import { readDefinition, testRender } from '../template-operations.ts';
import { readContent, writeContent } from './template-content.ts';

/** The operations of version 2 on templates: the same templates as version 1's. */
export function templateOperationsV2({ host, templates }: SesParts): Operations {
  const name = ({ TemplateName }: Record<string, unknown>): string => requireText(TemplateName, 'TemplateName');
  const definition = (input: Record<string, unknown>): ReturnType<typeof readDefinition> =>
    readDefinition({ TemplateName: name(input), ...readContent(input['TemplateContent'] ?? {}) });
  return {
    CreateEmailTemplate: async (input) => templates.create(definition(input)),
    UpdateEmailTemplate: async (input) => templates.update(definition(input)),
    async DeleteEmailTemplate(input) {
      templates.get(name(input));
      await templates.remove(name(input));
    },
    GetEmailTemplate: (input) => ({
      TemplateName: name(input),
      TemplateContent: writeContent(templates.get(name(input)).definition),
    }),
    ListEmailTemplates({ PageSize, NextToken }) {
      const all = templates.list().map(({ Name, ...one }) => ({ TemplateName: Name, ...one }));
      const [TemplatesMetadata, next] = pageOf(all, PageSize, NextToken, 10);
      return { TemplatesMetadata, ...next };
    },
    TestRenderEmailTemplate: (input) => ({
      RenderedTemplate: testRender(
        host,
        templates.get(name(input)),
        requireText(input['TemplateData'], 'TemplateData'),
      ),
    }),
  };
}
