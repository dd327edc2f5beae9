import type { TemplateDefinition } from '../mail-template.ts';

/** A template's content in the words of version 2. */
export interface TemplateContent {
  readonly Subject?: string;
  readonly Text?: string;
  readonly Html?: string;
}

/** The same in the words of version 1, which are those of the store. */
export function readContent({ Subject, Text, Html }: TemplateContent): Omit<TemplateDefinition, 'TemplateName'> {
  return {
    ...(Subject !== undefined && { SubjectPart: Subject }),
    ...(Text !== undefined && { TextPart: Text }),
    ...(Html !== undefined && { HtmlPart: Html }),
  };
}

export function writeContent({ SubjectPart, TextPart, HtmlPart }: TemplateDefinition): TemplateContent {
  return {
    ...(SubjectPart !== undefined && { Subject: SubjectPart }),
    ...(TextPart !== undefined && { Text: TextPart }),
    ...(HtmlPart !== undefined && { Html: HtmlPart }),
  };
}
