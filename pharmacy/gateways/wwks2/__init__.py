"""WWKS2, the protocol of pharmacy order-picking machines: XML documents one after the other over TCP.

Sources: facts 2.4 with its 124 recorded messages [R]; attribute names of dialogs that were not recorded (Hello,
KeepAlive, TaskInfo, BatchNumber of Criteria) from PharmaCommunicationGroup/WWKS2 [R].
"""
