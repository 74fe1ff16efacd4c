/** The script of a page with results: it filters findings, copies commands, and zooms pictures. Without it the page shows everything. */
import { copyOnClick } from './copying';
import { filterFindings } from './filters';
import { controlPicture } from './picture';
import { openTarget } from './targets';

copyOnClick(document);
filterFindings(document);
controlPicture(document);
openTarget();
