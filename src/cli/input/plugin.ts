/** The command by which kubectl calls us: the cluster is then what is read by default. */
export const PLUGIN = 'kubectl meshlint';
