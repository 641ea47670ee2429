       01  R GROUP-USAGE NATIONAL.
           05  N  PIC 9.
           05  T  PIC S9(2) SIGN LEADING SEPARATE
               OCCURS 0 TO 3 DEPENDING ON N.
       01  S.
           05  U1 PIC U(2).
           05  U2 PIC U BYTE-LENGTH 5.
           05  E  PIC +9(3)V99E+99.
           05  X  PIC X(3) COMP-X.
           05  C  PIC S9(7) COMP-N.
           05  P  PROCEDURE-POINTER.
           05  O  OBJECT REFERENCE.
       REPLACE LEADING ==A== BY ==B==.
       01  A-1 PIC N(2)BN.
       REPLACE OFF.
