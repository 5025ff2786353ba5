/// Runs pods to completion.
///
/// Read [kat.controllers.job.JobController], then in its order: [kat.controllers.job.JobCount] for
/// what pods came to, [kat.controllers.job.JobIndexes] for failures of an index,
/// [kat.controllers.job.JobVerdict] for the end, [kat.controllers.job.JobLedger] for how ended pods
/// are counted exactly once, [kat.controllers.job.JobProgress] for what is told, and
/// [kat.controllers.job.JobSize] for pods that lack or are too many.
/// [kat.controllers.job.FinishedJobs] removes jobs whose time to live is over.
///
/// Nothing here knows CronJobs.
@NullMarked
package kat.controllers.job;

import org.jspecify.annotations.NullMarked;
