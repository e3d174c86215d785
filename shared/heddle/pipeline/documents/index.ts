export { type Update, updateDocument } from './update-document.ts';
