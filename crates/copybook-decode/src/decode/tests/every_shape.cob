      * Text of several kinds, in small: a fuzzer soon fills it.
       01 R. 05 A PIC X(9). 05 B PIC X(40).
           05 C PIC N(3) USAGE NATIONAL. 05 D PIC ZZ9.99CR.
           05 E PIC G(2).

      * Numbers in half bytes and in binary.
       01 R. 05 A PIC S9(9)V99 COMP-3. 05 B PIC S9(31) COMP-3.
           05 C PIC 9(4) COMP-6. 05 D COMP-1. 05 E COMP-2.
           05 F PIC S9(9) COMP. 05 G PIC S9(18) COMP-5.
           05 H PIC S9(38) COMP.

      * Numbers with one digit a byte.
       01 R. 05 A PIC S9(5)V99. 05 B PIC S9(20) SIGN LEADING.
           05 C PIC S9(3) SIGN TRAILING SEPARATE.
           05 D PIC 9(4) BLANK WHEN ZERO. 05 E PIC S9(3)PP.
           05 F PIC SV9(15).

      * Tables whose length is in the record, one within the other.
       01 R. 05 N PIC 9. 05 M PIC 9 COMP-3.
           05 T OCCURS 0 TO 9 DEPENDING ON N. 10 A PIC X(2). 10 K PIC 9.
           10 S OCCURS 0 TO 3 DEPENDING ON K PIC S9(3) COMP-3.
           05 U OCCURS 1 TO 4 DEPENDING ON M PIC X. 05 V PIC X(3).

      * Text: lengths around those of vectors.
       01 R. 05 A PIC X(50) OCCURS 3. 05 B PIC X. 05 C PIC X(31).
           05 D PIC X(33). 05 E PIC X(65). 05 F PIC X(128).
           05 G PIC X(64). 05 H PIC X(32).

      * Packed decimals: digits around those of vectors, the point
      * within, at or off either end.
       01 R. 05 A PIC S9(9)V99 COMP-3 OCCURS 4. 05 B PIC 9 COMP-3.
           05 C PIC S9(15) COMP-3. 05 D PIC S9(14)V9 COMP-3.
           05 E PIC SV9(15) COMP-3. 05 F PIC 9(2)V9(12) COMP-3.
           05 G PIC S9(17)V99 COMP-3. 05 H PIC S9(31) COMP-3.
           05 I PIC S9(16) COMP-3. 05 J PIC V9(4) COMP-3.
           05 K PIC S9(5)PPP COMP-3. 05 L PIC SPP9(3) COMP-3.
           05 M PIC 9(6) COMP-6. 05 N PIC 9(15) COMP-6.
           05 O PIC 9(16) COMP-6. 05 P PIC S9(38) COMP-3.

      * Zoned decimals: the same, with every place of the sign.
       01 R. 05 A PIC S9(9)V99 OCCURS 4. 05 B PIC 9. 05 C PIC S9(15).
           05 D PIC 9(16). 05 E PIC S9(16) SIGN LEADING.
           05 F PIC S9(4)V9(11). 05 G PIC S9(18)V99. 05 H PIC S9(32).
           05 I PIC S9(38). 05 J PIC S9(5)V99 SIGN LEADING SEPARATE.
           05 K PIC S9(7) SIGN TRAILING SEPARATE.
           05 L PIC S9(20) SIGN LEADING.
           05 M PIC S9(20) SIGN LEADING SEPARATE.
           05 N PIC 9(5)V99 BLANK WHEN ZERO. 05 O PIC SV9(16).
           05 P PIC S9 SIGN LEADING. 05 Q PIC V9(15).

      * Binary and floating-point numbers.
       01 R. 05 A PIC S9(4) COMP OCCURS 3. 05 B PIC S9(9) COMP.
           05 C PIC 9(9) COMP. 05 D PIC S9(18) COMP.
           05 E PIC S9(13)V99 COMP. 05 F PIC S9(4) COMP-5.
           05 G PIC 9(9) COMP-5. 05 H PIC S9(18) COMP-5.
           05 I PIC 9(18) COMP-5. 05 J PIC S9(7)V99 COMP.
           05 K PIC 9(15) COMP. 05 L PIC 9(16) COMP.
           05 M PIC SV9(4) COMP. 05 N PIC S9(31) COMP. 05 O COMP-1.
           05 P COMP-2. 05 Q PIC 9 COMP. 05 R2 PIC 9(3) COMP.
           05 S PIC V9(5) COMP-5. 05 T PIC 9(8) COMP.

      * Tables as above, views and fillers among them.
       01 R. 05 ID PIC 9(4). 05 N PIC 9(2) COMP-3. 05 M PIC S9(4) COMP.
           05 T OCCURS 0 TO 5 DEPENDING ON N. 10 A PIC X(3). 10 K PIC 9.
           10 S OCCURS 1 TO 3 DEPENDING ON K. 15 B PIC S9(3) COMP-3.
           15 C PIC X. 10 D PIC 9(3).
           05 U OCCURS 0 TO 2 DEPENDING ON M PIC X(4).
           05 FILLER PIC X(3). 05 V PIC S9(7)V99 COMP-3.
           05 W REDEFINES V PIC X(5).
           05 FILLER OCCURS 1 TO 3 DEPENDING ON M PIC X(2).
           05 X PIC X(70).

      * Groups, fixed tables, views, edited pictures, a name twice.
       01 R. 05 A PIC X(4). 05 G. 10 H OCCURS 2. 15 I PIC 9(2) OCCURS 3.
           15 J PIC X(2). 10 K PIC -(4)9.99. 05 L REDEFINES G.
           10 M PIC X(6). 10 N PIC X(20). 05 FILLER. 10 A PIC X.
           05 O PIC ZZZ9.99CR. 05 P PIC N(4) USAGE NATIONAL.
           05 Q PIC X(9) JUSTIFIED RIGHT.

      * Records of several kinds.
       01 R1. 05 K PIC X(2). 05 N PIC 9.
           05 A PIC X(5) OCCURS 0 TO 9 DEPENDING ON N.
       01 R2. 05 K PIC X(2). 05 B PIC S9(5) COMP-3.
       01 R3 PIC X(60).
