/* SPDX-License-Identifier: ISC */
/*
 * What the tap, which sits between a tool and ioctl(2), tells of each call:
 * one message a packet of a local socket, a header of fixed length, then the
 * setup packet of a control transfer, then data. Integers are little-endian.
 * The tap itself takes its numbers from here and links nothing of the room.
 */
#ifndef WIRE_TAP_H
#define WIRE_TAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/xfer.h"

/* Where the tap finds who listens: the path of a socket (SOCK_SEQPACKET). */
#define TAP_SOCKET	"DFUSCOPE_TAP"

#define TAP_MAGIC	0x31544644u	/* "DFT1": this layout */
#define TAP_HEADER	64
/* usbfs takes no longer data stage. */
#define TAP_DATA_MAX	UINT16_MAX
#define TAP_MESSAGE_MAX	(TAP_HEADER + SETUP_LENGTH + TAP_DATA_MAX)

/* Where in the header what stands. */
enum tap_at {
	TAP_AT_MAGIC = 0,	/* 4 bytes */
	TAP_AT_KIND = 4,	/* 1, enum tap_kind */
	TAP_AT_ACT = 5,		/* 1, enum tap_act */
	TAP_AT_ENDPOINT = 6,	/* 1, bit 7: IN */
	TAP_AT_TYPE = 7,	/* 1, of the transfer, as usbfs counts them */
	TAP_AT_BUS = 8,		/* 2 */
	TAP_AT_ADDRESS = 10,	/* 2 */
	TAP_AT_PID = 12,	/* 4 */
	TAP_AT_TID = 16,	/* 4 */
	TAP_AT_CODE = 20,	/* 4: an error number of Linux, 0: none */
	TAP_AT_TIME = 24,	/* 8: us of CLOCK_BOOTTIME */
	TAP_AT_ID = 32,		/* 8: pairs SUBMIT, COMPLETE of a process */
	TAP_AT_TIMEOUT = 40,	/* 4: ms, 0: none */
	TAP_AT_LENGTH = 44,	/* 4: bytes asked (SUBMIT), moved (COMPLETE) */
	TAP_AT_VALUE = 48,	/* 4: interface, configuration or endpoint */
	TAP_AT_OTHER = 52,	/* 4: alternate setting */
	TAP_AT_LOST = 56	/* 4: so many of this process were not sent */
};

enum tap_kind {
	TAP_HELLO = 1,		/* data: the path of the program */
	TAP_SUBMIT,
	TAP_COMPLETE,
	TAP_BEGINS,		/* an act that reaches the device */
	TAP_DONE		/* an act, and how it ended */
};

/* What else is asked of usbfs. */
enum tap_act {
	TAP_NONE,
	TAP_CLAIM,
	TAP_RELEASE,
	TAP_RESET,
	TAP_SET_INTERFACE,
	TAP_SET_CONFIGURATION,
	TAP_CLEAR_HALT,
	TAP_DISCONNECT,		/* the kernel's driver */
	TAP_CONNECT,
	TAP_DISCONNECT_CLAIM,
	TAP_BULK,
	TAP_DISCARD,
	TAP_CLOSE
};
#define TAP_ACT_COUNT	(TAP_CLOSE + 1)

/* A message; data points into the bytes that were read. */
struct tap_message {
	enum tap_kind	 kind;
	enum tap_act	 act;
	uint8_t		 endpoint;
	uint8_t		 type;
	uint16_t	 bus;
	uint16_t	 address;
	uint32_t	 pid;
	uint32_t	 tid;
	uint32_t	 code;
	uint64_t	 time;
	uint64_t	 id;
	uint32_t	 timeout;
	uint32_t	 length;
	uint32_t	 value;
	uint32_t	 other;
	uint32_t	 lost;
	bool		 has_setup;
	struct setup	 setup;
	const uint8_t	*data;
	uint32_t	 kept;		/* bytes of it */
};

/* False: these n bytes are no message. */
bool	tap_read(const uint8_t *p, size_t n, struct tap_message *m);

#endif
