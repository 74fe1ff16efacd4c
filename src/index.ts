export { Mesh } from './mesh/mesh';
export { findProxy, proxies } from './mesh/proxy';
export { translate } from './pilot/translate';
export { read } from './source/read';
