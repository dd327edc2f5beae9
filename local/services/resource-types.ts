import type { ResourceType } from '../aws-service.ts';

/** The resource types of one family (`AWS::SES`), each with the schema and the maker of its name. */
export function resourceTypes<Name extends string>(
  family: string,
  schemas: Readonly<Record<Name, object>>,
  create: Readonly<Record<Name, ResourceType['create']>>,
): ResourceType[] {
  return (Object.keys(create) as Name[]).map((name) => ({
    type: `${family}::${name}`,
    schema: schemas[name],
    create: create[name],
  }));
}
