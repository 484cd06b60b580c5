"""Files in, knowledge out: reading, sealing, extracting, storing and indexing 部门预算绩效目标 documents."""
