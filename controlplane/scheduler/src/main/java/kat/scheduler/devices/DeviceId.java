package kat.scheduler.devices;

/// Which device is meant, in the whole cluster.
public record DeviceId(String driver, String pool, String device) {

    @Override
    public String toString() {
        return driver + "/" + pool + "/" + device;
    }
}
