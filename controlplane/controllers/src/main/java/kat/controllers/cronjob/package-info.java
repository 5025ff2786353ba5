/// CronJobs: Jobs at given times.
///
/// Read [kat.controllers.cronjob.CronJobController]; `Schedule` knows the five fields and time
/// zones, `Times` which start is due.
///
/// Nothing here knows how a Job runs.
@NullMarked
package kat.controllers.cronjob;

import org.jspecify.annotations.NullMarked;
