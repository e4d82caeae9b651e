/* SPDX-License-Identifier: ISC */
/*
 * Constants of USB 2.0 chapter 9 and of the DFU class that every room needs
 * to put a request on the wire or to recognise one.
 */
#ifndef WIRE_USB_H
#define WIRE_USB_H

/* bmRequestType (USB 2.0 table 9-2) */
#define USB_DIR_IN		0x80
#define USB_TYPE_MASK		0x60
#define USB_TYPE_STANDARD	0x00
#define USB_TYPE_CLASS		0x20
#define USB_TYPE_VENDOR		0x40
#define USB_RECIP_MASK		0x1f
#define USB_RECIP_DEVICE	0x00
#define USB_RECIP_INTERFACE	0x01
#define USB_RECIP_ENDPOINT	0x02

/* bRequest of standard requests (USB 2.0 table 9-4) */
#define USB_REQ_GET_STATUS		0
#define USB_REQ_CLEAR_FEATURE		1
#define USB_REQ_SET_FEATURE		3
#define USB_REQ_SET_ADDRESS		5
#define USB_REQ_GET_DESCRIPTOR		6
#define USB_REQ_GET_CONFIGURATION	8
#define USB_REQ_SET_CONFIGURATION	9
#define USB_REQ_GET_INTERFACE		10
#define USB_REQ_SET_INTERFACE		11

/* Descriptor types (USB 2.0 table 9-5; DFU 1.1 4.1.3) */
#define USB_DT_DEVICE		1
#define USB_DT_CONFIG		2
#define USB_DT_STRING		3
#define USB_DT_INTERFACE	4
#define USB_DT_DFU		0x21

#define USB_LANGID_ENGLISH_US	0x0409

/* bInterfaceClass, bInterfaceSubClass, bInterfaceProtocol (DFU 1.1 4.2.3) */
#define USB_CLASS_APPLICATION	0xfe
#define USB_CLASS_VENDOR	0xff
#define USB_SUBCLASS_DFU	0x01
#define USB_PROTOCOL_RUNTIME	0x01
#define USB_PROTOCOL_DFU	0x02

/* bRequest of the DFU class (DFU 1.1 table 3.2) */
#define DFU_DETACH	0
#define DFU_DNLOAD	1
#define DFU_UPLOAD	2
#define DFU_GETSTATUS	3
#define DFU_CLRSTATUS	4
#define DFU_GETSTATE	5
#define DFU_ABORT	6

#define DFU_GETSTATUS_LENGTH	6
#define DFU_GETSTATE_LENGTH	1

#endif
