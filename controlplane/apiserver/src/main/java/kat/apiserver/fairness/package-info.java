/// Fair share of the server among its clients: which flow a request belongs to, how many requests
/// of a priority level are worked on at once, and who waits for whom.
///
/// Reading order: [kat.apiserver.fairness.FlowSchema] (which requests), then
/// [kat.apiserver.fairness.Seats] (when they begin), then [kat.apiserver.fairness.Fairness], which
/// keeps both as the stored objects say.
///
/// It must not know HTTP, nor what a request does.
@org.jspecify.annotations.NullMarked
package kat.apiserver.fairness;
