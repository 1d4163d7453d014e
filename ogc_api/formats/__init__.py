"""What a resource can be had as: chosen by `f` and Accept, and sent by the page or as one file of any length."""
