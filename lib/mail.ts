import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnTemplate, EmailIdentity, Identity } from 'aws-cdk-lib/aws-ses';
import { Construct } from 'constructs';
import { MAIL_TEMPLATES, mailTemplateName } from '../core/mail-templates.ts';
import type { StageSettings } from './stage.ts';

/** The sender that SES must have verified, and the templates of the mails. */
export class Mail extends Construct {
  private readonly mailFrom: string;
  private readonly identity: EmailIdentity;
  private readonly templateArns: readonly string[];

  constructor(scope: Construct, id: string, { mailFrom, mailIdentity }: StageSettings) {
    super(scope, id);
    this.mailFrom = mailFrom;
    this.identity = new EmailIdentity(this, 'Sender', {
      identity: mailIdentity.includes('@') ? Identity.email(mailIdentity) : Identity.domain(mailIdentity),
    });
    this.templateArns = MAIL_TEMPLATES.map(({ name, subject, text, html }) => {
      const templateName = mailTemplateName(Stack.of(this).stackName, name);
      new CfnTemplate(this, name, { template: { templateName, subjectPart: subject, textPart: text, htmlPart: html } });
      return Stack.of(this).formatArn({
        service: 'ses',
        resource: 'template',
        resourceName: templateName,
        arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
      });
    });
  }

  /** Sending these templates from this sender. (In the SES sandbox a recipient's identity is checked as well; see the runbook.) */
  sendStatement(): PolicyStatement {
    return new PolicyStatement({
      actions: ['ses:SendTemplatedEmail'],
      resources: [this.identity.emailIdentityArn, ...this.templateArns],
      conditions: { StringEquals: { 'ses:FromAddress': this.mailFrom } },
    });
  }
}
