package kat.api.validation;

import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import kat.api.json.JsonObject;

/// The rules for CronJobs.
final class BatchRules {

    private static final int MAX_CRON_NAME = 52;
    private static final Pattern ZONE_PART = Pattern.compile("[A-Za-z.\\-_0-9+]{1,14}");
    private static final Set<String> ZONES = ZoneId.getAvailableZoneIds();

    private BatchRules() {}

    static void cronJob(Node cronJob) {
        check(cronJob, JsonObject.EMPTY);
        Node name = cronJob.child("metadata", "name");
        if (name.bytes() > MAX_CRON_NAME) {
            name.invalid("must be no more than 52 characters");
        }
    }

    static void cronJobUpdate(Node cronJob, JsonObject before) {
        check(cronJob, before.object("spec"));
    }

    /// @param old the stored spec; empty for a new one
    private static void check(Node cronJob, JsonObject old) {
        Node spec = cronJob.child("spec");
        Node zone = spec.child("timeZone");
        Node schedule = spec.child("schedule");
        if (schedule.isEmpty()) {
            schedule.required();
        } else {
            schedule(schedule, old.string("schedule").contains("TZ"), zone.isSet());
        }
        spec.child("startingDeadlineSeconds").notNegative();
        if (zone.isSet() && !(old.has("timeZone") && old.string("timeZone").equals(zone.text()))) {
            timeZone(zone);
        }
        spec.child("concurrencyPolicy").requireOneOf("Allow", "Forbid", "Replace");
        template(spec.child("jobTemplate"));
        spec.child("successfulJobsHistoryLimit").notNegative();
        spec.child("failedJobsHistoryLimit").notNegative();
    }

    private static void template(Node template) {
        Node spec = template.child("spec");
        JobRules.spec(spec);
        if (spec.has("selector")) {
            spec.child("selector").invalid("`selector` will be auto-generated");
        }
        Node manual = spec.child("manualSelector");
        if (manual.bool()) {
            manual.unsupported(manual.json(), List.of("nil", "false"));
        }
    }

    private static void schedule(Node schedule, boolean zoneAllowed, boolean zoneSet) {
        String fault = CronFormat.fault(schedule.text());
        if (!fault.isEmpty()) {
            schedule.invalid(fault);
        }
        if (!schedule.text().contains("TZ")) {
            return;
        }
        if (!zoneAllowed) {
            schedule.invalid("cannot use TZ or CRON_TZ in schedule, use timeZone field instead");
        } else if (zoneSet) {
            schedule.invalid("cannot use both timeZone field and TZ or CRON_TZ in schedule");
        }
    }

    private static void timeZone(Node zone) {
        String text = zone.text();
        if (text.isEmpty()) {
            zone.invalid("timeZone must be nil or non-empty string");
            return;
        }
        for (String part : text.split("/", -1)) {
            boolean steps = part.equals(".") || part.equals("..") || part.startsWith("-");
            if (steps || !ZONE_PART.matcher(part).matches()) {
                zone.invalid("unknown time zone " + text);
                return;
            }
        }
        if (text.toLowerCase(Locale.ROOT).equals("local")) {
            zone.invalid(
                    "timeZone must be an explicit time zone as defined in"
                            + " https://www.iana.org/time-zones");
        }
        if (!isZone(text)) {
            zone.invalid("unknown time zone " + text);
        }
    }

    /// Whether Go finds a time zone of this name.
    static boolean isZone(String text) {
        return text.equals("UTC") || text.equals("Local") || ZONES.contains(text);
    }
}
