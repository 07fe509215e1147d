/** What the dashboard's list is made of: it shows the latest line of each resource, unless that says `inStep`. */
export const fleetStatusMessages = { notInStep: 'Not in step', inStep: 'In step again' } as const;
