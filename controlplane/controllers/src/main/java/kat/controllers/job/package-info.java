/// Runs pods to completion.
///
/// Read [kat.controllers.job.JobController], then [kat.controllers.job.JobCount] for how ended pods
/// are counted exactly once, [kat.controllers.job.JobStatus] for what is told, and
/// [kat.controllers.job.Indexes] for Indexed jobs. [kat.controllers.job.FinishedJobs] removes jobs
/// whose time to live is over.
///
/// Nothing here knows CronJobs.
@NullMarked
package kat.controllers.job;

import org.jspecify.annotations.NullMarked;
