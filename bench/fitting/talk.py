"""What is said to others while numbers are chosen: none of it is in the other sections of the bench."""

from __future__ import annotations

SMALL_TALK = tuple(
    line
    for line in """
is the washing machine still running
we should book the train before it gets dear
I saw your cousin at the market on saturday
there's a parcel for next door in the hall
what did the dentist say in the end
my phone is nearly flat again
could you pass me the salt please
he never shuts the gate behind him
that film goes on for three hours
I'd rather have the soup than the salad
the bus was twenty minutes late
do we have any stamps left
it's supposed to rain until sunday
the dog wants to go out
who left the light on in the bathroom
she starts her new job in april
they've raised the rent once more
have you tried the bakery on the corner
put your coat on, it's freezing out there
the kids are at their grandmother's this week
I need to buy a present for my boss
he plays the violin rather well
there's nothing on the television tonight
can you hear that humming noise
my glasses are on the windowsill
the second half was much better than the first
I'll call the plumber in the morning
how do you spell her surname
it tastes a little of lemon
we walked along the river as far as the bridge
the printer has run out of paper
you look tired, did you sleep badly
somebody has parked in front of our garage
the museum is closed on mondays
I can't remember where I put the receipt
have they announced the results yet
this chair is more comfortable than it looks
he said he would be here by now
the milk smells a bit funny
shall we take the stairs or the lift
her flight lands at a quarter past nine
I've read that book three times
it costs twice as much as last year
don't forget your umbrella
the baby has finally fallen asleep
which of these shirts do you like best
my back garden is full of leaves
the council wants to close the library
I could do with a cup of tea
they are digging up the road outside
he broke two plates and a glass
do you know a good electrician
the lake freezes over every winter
we had a lovely time at the seaside
that was the postman at the door
one of the tyres looks rather flat
I have to be up at six tomorrow
the cheese is on the bottom shelf
she speaks four languages
it's your turn to do the dishes
our neighbour keeps bees
a man on the radio says prices will fall
the ferry leaves from the other harbour
is this seat taken
I lost my ticket somewhere on the way
the old cinema is a supermarket now
where on earth is my other sock
you can borrow mine if you like
the band played until two in the morning
his handwriting is impossible to read
keep the change
more than half of them never answered
the choir rehearses in the town hall
I think we took the wrong turning
there are no tomatoes in the fridge
what a beautiful colour that is
the exam was easier than I had feared
she always wins at cards
he has grown so much since the summer
the lid doesn't fit this pot
we used to live above a bicycle shop
I haven't heard from him in ages
do you take sugar
the sun is shining in my eyes
a quarter of the country has no snow at all
good night and sleep well
mind the step
after you
see you next week
bless you
what time is it
not at all
nice to meet you
any news
never mind
what's for lunch
come in
happy birthday
of course
I suppose so
you must be joking
no idea
same here
by the way
how are you
all the best
excuse me
""".splitlines()
    if line
)
"""Sentences that people say to each other at home, and short ones that are said anywhere."""

_WORDS = """
up down left right on off go one two three four five six seven eight nine zero ten in out over under here
there now then bed bird cat dog happy house tree wow well so but and or the hey who when where how much many
some new old big small good bad hot cold red blue green black white man boy girl mum dad home work school
street table door book cup knife fish bread milk rain snow wind sun moon car bus train boat walk run eat drink
buy sell give take look listen read write sing play love hate tall deep loud
"""

SINGLE_WORDS = tuple(_WORDS.split())
"""Words, short ones mostly, that mean nothing to the guide when they are said alone and nothing was asked."""
