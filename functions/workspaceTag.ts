/** The tag that says which workspace a resource belongs to, where the API takes tags at creation. */
export const WORKSPACE_TAG = 'gateloop:workspace';
