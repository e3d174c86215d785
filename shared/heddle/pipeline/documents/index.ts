export { fillPage, readFirst } from './fill-page.ts';
export { type Update, updateDocument } from './update-document.ts';
