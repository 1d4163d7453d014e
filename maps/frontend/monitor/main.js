// Starts the monitor. Without it the page still shows everything as it was when it was loaded.

import {startAges} from './ages.js';
import {startCategories} from './categories.js';
import {startCourses} from './courses.js';
import {onMap, startFrame, tellFrame} from './frame-link.js';
import {startLive} from './live.js';
import {showReadings} from './sensors.js';
import {startSummary} from './summary.js';

startAges();
startFrame();
startCategories((category) => tellFrame({kind: 'category', category}));
startCourses();
const refreshSummary = startSummary();
startLive((sensors) => {
    onMap(showReadings(sensors));
    refreshSummary();
});
