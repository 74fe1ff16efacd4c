export { read } from './source/read';
