/**
 * An ESLint rule: an object is not read by a key that may come from the input, because `map[key]` finds `constructor` and the other
 * names that every object inherits. `own(map, key)` finds only what the map has, and so does a function that asks `Object.hasOwn(map, key)`.
 */
import ts from 'typescript';

const TEXT = ts.TypeFlags.String | ts.TypeFlags.TemplateLiteral | ts.TypeFlags.StringMapping | ts.TypeFlags.Any;

/** Whether a key may be any text. Names that the type lists, such as `'a' | 'b'`, are known. */
const isText = (type) => (type.isUnion() ? type.types.some(isText) : Boolean(type.flags & TEXT));

/** Whether the member is only written: `map[key] = x`, `delete map[key]`. */
function isWritten(node) {
  const { parent } = node;
  if (parent.type === 'AssignmentExpression') return parent.left === node && parent.operator === '=';
  return parent.type === 'UnaryExpression' && parent.operator === 'delete';
}

export const inheritedKey = {
  meta: {
    type: 'problem',
    schema: [],
    messages: { read: 'use own(map, key): "map[key]" finds what every object inherits' },
  },
  create({ report, sourceCode }) {
    const { program, esTreeNodeToTSNodeMap } = sourceCode.parserServices;
    const checker = program.getTypeChecker();
    const typeOf = (node) => checker.getNonNullableType(checker.getTypeAtLocation(esTreeNodeToTSNodeMap.get(node)));
    const isList = (type) =>
      checker.isArrayType(type) || checker.isTupleType(type) || Boolean(type.flags & ts.TypeFlags.StringLike);
    const isChecked = (node) => {
      const [map, key] = [node.object, node.property].map((each) => sourceCode.getText(each));
      const around = sourceCode.getAncestors(node).findLast(({ type }) => /Function/.test(type));
      return around !== undefined && sourceCode.getText(around).includes(`Object.hasOwn(${map}, ${key})`);
    };
    return {
      'MemberExpression[computed=true]'(node) {
        if (isWritten(node) || !isText(typeOf(node.property)) || isList(typeOf(node.object))) return;
        if (!isChecked(node)) report({ node, messageId: 'read' });
      },
    };
  },
};
