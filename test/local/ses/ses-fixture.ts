import { type Principal, UNRESTRICTED } from '../../../local/aws-service.ts';
import { SesService } from '../../../local/services/ses/ses-service.ts';
import { createResource } from '../create-resource.ts';
import { fakeHost, type FakeHost } from '../fake-host.ts';

export const SENDER = 'shop@orders.example.com';

export interface Ses {
  readonly host: FakeHost;
  readonly service: SesService;
  call(operation: string, input: object, principal?: Principal): Promise<Record<string, unknown>>;
  create(type: string, logicalId: string, properties: object): Promise<unknown>;
}

/** SES with the identity orders.example.com and the template `confirmed`. */
export async function ses(options: { directory?: string; confirmed?: string } = {}): Promise<Ses> {
  const host = await fakeHost(options);
  const service = new SesService(host);
  const create: Ses['create'] = (name, logicalId, properties) =>
    createResource(service, `AWS::SES::${name}`, logicalId, properties);
  await create('EmailIdentity', 'Sender', { EmailIdentity: 'orders.example.com' });
  await create('Template', 'Confirmed', {
    Template: {
      TemplateName: 'confirmed',
      SubjectPart: options.confirmed ?? 'Order {{orderId}} is confirmed',
      TextPart: 'Hello {{name}},{{#each items}}\n- {{quantity}} x {{sku}}{{/each}}{{#if note}}\n{{note}}{{/if}}',
      HtmlPart: '<p>{{name}}</p>',
    },
  });
  await service.start();
  return {
    host,
    service,
    create,
    call: async (operation, input, principal = UNRESTRICTED) =>
      ((await service.call(operation, input, principal)) ?? {}) as Record<string, unknown>,
  };
}

export const templated = (data: object, to = 'ada@example.com') => ({
  Source: `Shop <${SENDER}>`,
  Destination: { ToAddresses: [to] },
  Template: 'confirmed',
  TemplateData: JSON.stringify(data),
});

export const plain = (to: string, source = SENDER) => ({
  Source: source,
  Destination: { ToAddresses: [to] },
  Message: { Subject: { Data: 'Hi' }, Body: { Text: { Data: 'there' } } },
});
