package kat.apiserver.streaming;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.Base64;

/// The protocols in which messages of a WebSocket begin with the number of their channel.
///
/// **Source:** `k8s.io/apiserver/pkg/util/wsstream`, `pkg/kubelet/cri/streaming/remotecommand`.
enum ChannelProtocol {
    /// The client closes a channel by 255 and its number.
    V5("v5.channel.k8s.io", true, false),
    V4("v4.channel.k8s.io", true, false),
    /// Numbers are digits and what follows is text in base 64, for clients in browsers.
    V4_BASE64("v4.base64.channel.k8s.io", true, true),
    V1("channel.k8s.io", false, false),
    V1_BASE64("base64.channel.k8s.io", false, true),
    /// What a client that offers nothing gets.
    NONE("", false, false);

    private final String label;
    private final boolean tellsStatus;
    private final boolean isText;

    ChannelProtocol(String label, boolean tellsStatus, boolean isText) {
        this.label = label;
        this.tellsStatus = tellsStatus;
        this.isText = isText;
    }

    /// The name by which client and server agree.
    String label() {
        return label;
    }

    /// Whether the end is told as a Status; else only a failure is, by its message.
    boolean tellsStatus() {
        return tellsStatus;
    }

    /// Whether messages are text.
    boolean isText() {
        return isText;
    }

    static ChannelProtocol of(String label) {
        for (ChannelProtocol protocol : values()) {
            if (protocol.label.equals(label)) {
                return protocol;
            }
        }
        throw new IllegalArgumentException("unknown protocol " + label);
    }

    byte[] message(int channel, byte[] bytes) {
        byte[] payload = isText ? Base64.getEncoder().encode(bytes) : bytes;
        byte[] message = new byte[payload.length + 1];
        message[0] = (byte) (isText ? '0' + channel : channel);
        System.arraycopy(payload, 0, message, 1, payload.length);
        return message;
    }

    /// @param message not empty
    int channel(byte[] message) {
        return isText ? message[0] - '0' : message[0];
    }

    /// What follows the channel's number.
    ///
    /// @throws IllegalArgumentException when it is not in base 64
    byte[] payload(byte[] message) {
        byte[] rest = Arrays.copyOfRange(message, 1, message.length);
        return isText ? Base64.getDecoder().decode(new String(rest, US_ASCII).strip()) : rest;
    }
}
