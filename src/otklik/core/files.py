def receive(*a,**k): raise NotImplementedError
def serve(*a,**k): raise NotImplementedError
