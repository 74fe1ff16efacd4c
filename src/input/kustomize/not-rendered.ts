/** Why a kustomization is not rendered, in words that follow "because". */
export class NotRendered extends Error {}
