/** What the APIs of the catalogue are for, in the order in which they are listed. */
export const topics = {
  infrastructure: 'Infrastructure',
  containers: 'Containers and deployment',
  identity: 'Identity and secrets',
  monitoring: 'Monitoring',
  network: 'Networks and devices',
  data: 'Data and analytics',
  development: 'Development',
  cloud: 'Cloud services',
  messaging: 'Messaging',
  content: 'Content',
  frameworks: 'Frameworks and back ends',
  business: 'Business',
  home: 'Home',
} as const;

export type Topic = keyof typeof topics;
