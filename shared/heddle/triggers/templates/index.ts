export type { compileExpression } from './expressions.ts';
export { parseTemplate } from './parser.ts';
export { createRenderer, type Render, renderTemplate } from './template.ts';
export type { findTemplateFaults } from './template-faults.ts';
