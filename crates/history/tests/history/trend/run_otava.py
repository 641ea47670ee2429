"""Change points that Apache Otava finds: a JSON array of series in, one array of positions each out.

Otava is called as its authors recommend (window 50, p 0.001); the least size is the first argument.
"""

import json
import sys

from otava.analysis import compute_change_points

least = float(sys.argv[1])
found = []
for series in json.load(sys.stdin):
    points, _ = compute_change_points(series, window_len=50, max_pvalue=0.001, min_magnitude=least)
    found.append([int(point.index) for point in points])
json.dump(found, sys.stdout)
